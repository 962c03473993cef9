"""Areas for agents: balanced, connected, compact, and changed as little as possible when agents come and go."""
