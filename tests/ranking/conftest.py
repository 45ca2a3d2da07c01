"""Compile fast rather than well: these tests ask what comes out, not how soon."""

import jax

jax.config.update("jax_disable_most_optimizations", True)  # type: ignore[no-untyped-call]  # noqa: FBT003  # Its own signature.
