"""From seed documents to worlds: what a document may say, and what becomes of it."""
