"""The promise of the KopiCloud AD API held against the lists kept beside these tests."""
