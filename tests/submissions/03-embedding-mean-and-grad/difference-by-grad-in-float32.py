# /// case
# summary = "Lets grad compute what should be measured, in JAX's own float32"
# points = { test-difference = 0 }
# hints = { test-difference = "Measure: call f at x + h" }
# ///

# %% difference
def gradient_by_difference(f, x, h=1e-4):
    return np.asarray(grad(lambda x: f(x))(jnp.asarray(x, dtype=float)), dtype=np.float64)
