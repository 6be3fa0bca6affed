"""Importers: foreign recordings of real venue traffic, told in our capture format."""
