"""Records in, sentences out."""
