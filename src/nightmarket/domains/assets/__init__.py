"""Bytes people hand in: resumable uploads on this machine's disk."""
