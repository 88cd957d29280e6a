"""The generic public types, written by hand: `Result`, what is known of a response, options of a call."""
