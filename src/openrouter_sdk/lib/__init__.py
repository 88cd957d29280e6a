"""The runtime: how a call travels. Written by hand; knows no operation, no model and no resource."""
