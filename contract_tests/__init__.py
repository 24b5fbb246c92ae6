"""The judge: holds any deployment of an API to its promise. It never imports the twin."""
