"""Seedance Web: the studio."""

VERSION = "0.1.0"
