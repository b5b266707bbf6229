"""A module of a helper package, which imports another one relatively."""

from .marks import MARK

__all__ = ["MARK"]
