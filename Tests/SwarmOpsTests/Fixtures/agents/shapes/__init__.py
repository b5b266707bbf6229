"""A helper package beside the agents."""
