"""The pages on which people let applications into their accounts, in the languages of the dashboard."""
