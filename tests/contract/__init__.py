"""What a call promises, shown over a real loopback server and in both colours."""
