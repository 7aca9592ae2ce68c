"""Packages of pages that people visit. No package imports another; all import only lower layers."""
