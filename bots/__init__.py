"""The front ends: chat platforms, the demo and the `rota` command. They reach the service over HTTP only."""
