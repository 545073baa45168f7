"""The one place where parts are put together: `build` makes the whole of it, and what commands need alone."""
