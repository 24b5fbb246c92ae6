"""The promise of the Copernica REST API, version 1, held against the lists kept beside these tests."""
