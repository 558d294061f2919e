"""Bytes on disk: CSV rows, files with their digest, durable renames."""
