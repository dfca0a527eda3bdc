# /// case
# summary = "Right in further ways: a class as a stream, einsum, a masked mean, counting by hand, gradients without a Loop"
# ///

# %% tokenize
tokenizer = TweetTokenizer(preserve_case=False, reduce_len=True)


def tokens_of(tweet):
    def kind(token):
        small = token.lower()
        if token[:1] == "@" and token[1:]:
            return "<user>"
        return "<link>" if small[:4] in ("http", "www.") else token

    return list(map(kind, tokenizer.tokenize(tweet)))


# %% vocabulary
def build_vocabulary(token_lists, min_count, size):
    everything = [word for tokens in token_lists for word in dict.fromkeys(tokens)]
    words, counts = np.unique(np.array(everything, dtype=str), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    kept = [str(words[i]) for i in order if counts[i] >= min_count]
    return dict(zip(["<pad>", "<unknown>", *kept], range(size)))


# %% tensor
def tweets_to_tensor(token_lists, vocabulary, length):
    def row(tokens):
        ids = np.array([vocabulary[token] if token in vocabulary else 1 for token in tokens], dtype=int)
        return np.pad(ids, (0, length))[max(len(ids) - length, 0) :][:length]

    return np.vstack([np.empty((0, length), dtype=int), *map(row, token_lists)])


# %% batches
class Stream:
    def __init__(self, X, y, size, seed, class_weights):
        self.data, self.size = (X, y, np.asarray(class_weights, dtype=float)[y]), size
        self.rng, self.left = np.random.Generator(np.random.PCG64(seed)), []

    def __iter__(self):
        return self

    def __next__(self):
        rows = []
        for _ in range(self.size):
            if not self.left:
                self.left = list(self.rng.choice(len(self.data[0]), len(self.data[0]), replace=False))
            rows.append(self.left.pop())
        return tuple(part[rows] for part in self.data)


def batches(X, y, size, seed, class_weights):
    return Stream(X, y, size, seed, class_weights)


# %% classifier
from trax.fastmath import numpy as jnp


def build_classifier(vocabulary_size, width, hidden):
    layers = [tl.Embedding(d_feature=width, vocab_size=vocabulary_size)]
    layers.append(tl.Fn("MeanOfWords", lambda rows: jnp.einsum("blw->bw", rows) / rows.shape[1]))
    layers.append([tl.Dense(hidden), tl.Fn("MaxZero", lambda z: jnp.maximum(z, 0))])
    layers.append([tl.Dense(2), tl.Fn("MinusLogSum", lambda z: z - jnp.log(jnp.exp(z).sum(axis=1, keepdims=True)))])
    return tl.Serial(layers)


# %% predict
import math


def predict(model, X, threshold=0.5):
    return np.array([1 if math.exp(float(log_p)) >= threshold else 0 for _, log_p in model(X)])


def accuracy(pairs):
    return (pairs[0, 0] + pairs[1, 1]) / sum(pairs.values())


# %% evaluate
def evaluate(y_hat, y):
    pairs = Counter(zip(map(int, y), map(int, y_hat)))
    return {
        "accuracy": accuracy(pairs),
        "found_negative": pairs[0, 0] / (pairs[0, 0] + pairs[0, 1]),
        "found_positive": pairs[1, 1] / (pairs[1, 0] + pairs[1, 1]),
    }


# %% train
def train(model, train_batches, validation_batches, folder, steps, every):
    cross_entropy, share_right = tl.WeightedCategoryCrossEntropy(), tl.WeightedCategoryAccuracy()
    loop = training.Loop(
        model,
        tasks=training.TrainTask(
            train_batches, cross_entropy, trax.optimizers.Adam(0.01), n_steps_per_checkpoint=every
        ),
        eval_tasks=training.EvalTask(validation_batches, [share_right, cross_entropy], n_eval_batches=5),
        output_dir=str(folder),
        random_seed=1,
    )
    loop.run(steps // 2)
    loop.run(steps - steps // 2)
    return loop


# %% final
def train_classifier():
    def masked_mean(rows, mask):
        total = jnp.einsum("blw,bl->bw", rows, mask)
        return total / jnp.maximum(1, mask.sum(axis=1, keepdims=True))

    def pad(texts):
        return text.pad([text.encode(text.tokenize(each, stem=True), course_vocabulary) for each in texts])

    mask = tl.Fn("Mask", lambda ids: (ids != 0).astype(jnp.float32))
    words = tl.Branch(tl.Embedding(len(course_vocabulary), 32), mask)
    model = tl.Serial(words, tl.Fn("MaskedMean", masked_mean), tl.Dense(2), tl.LogSoftmax())
    batches_of_tweets = stream(train_part, seed=5)
    X, y, _ = next(batches_of_tweets)
    model.init(shapes.signature(X), rng=fastmath.random.get_prng(0))

    def loss(weights, X, y):
        log_p, _ = model.pure_fn(X, weights, model.state, model.rng)
        return -jnp.mean(log_p[np.arange(len(y)), y])

    @fastmath.jit
    def step(weights, squares, X, y):
        gradients = fastmath.grad(loss)(weights, X, y)
        squares = fastmath.nested_map_multiarg(lambda s, g: 0.9 * s + 0.1 * g**2, squares, gradients)
        moved = fastmath.nested_map_multiarg(
            lambda w, g, s: w - 0.01 * g / (jnp.sqrt(s) + 1e-6), weights, gradients, squares
        )
        return moved, squares

    weights, squares = model.weights, fastmath.nested_map(jnp.zeros_like, model.weights)
    for X, y, _ in itertools.islice(batches_of_tweets, 150):
        weights, squares = step(weights, squares, X, y)
    model.weights = weights
    return lambda texts: np.argmax(model(pad(texts)), axis=1)
