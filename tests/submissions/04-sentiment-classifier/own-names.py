# /// case
# summary = "Right; helpers and variables bear names that tests use"
# ///

# %% tokenize
record, checks, words, known, given, stems_of, short, scores = "my notes", [], "a tweet", {}, (2, 3), None, 1, 2
X, y, endless, batch, numbers, sizes, truth, always, some, model, folder, runs, taken, loop = range(14)
tokenizer = TweetTokenizer(preserve_case=False, reduce_len=True)


def found(token):
    return "<user>" if token.startswith("@") and len(token) > 1 else token


def close(token):
    return "<link>" if token.lower().startswith(("http", "www.")) else token


def tokens_of(tweet):
    return [close(found(token)) for token in tokenizer.tokenize(tweet)]


# %% vocabulary
def accuracy(token_lists):
    return Counter(word for tokens in token_lists for word in set(tokens))


def build_vocabulary(token_lists, min_count, size):
    n = accuracy(token_lists)
    kept = sorted((word for word in n if n[word] >= min_count), key=lambda word: (-n[word], word))
    return {word: number for number, word in enumerate(["<pad>", "<unknown>", *kept][:size])}


# %% tensor
def outputs(tokens, vocabulary, length):
    ids = [vocabulary.get(token, 1) for token in tokens[-length:]]
    return ids + [0] * (length - len(ids))


def tweets_to_tensor(token_lists, vocabulary, length):
    return np.array([outputs(tokens, vocabulary, length) for tokens in token_lists], dtype=int).reshape(-1, length)


# %% batches
def many(rng, n):
    while True:
        yield from rng.permutation(n)


def small(numbers, size):
    return np.array([next(numbers) for _ in range(size)])


def take_rows(parts, rows):
    return tuple(part[rows] for part in parts)


def batches(X, y, size, seed, class_weights):
    numbers = many(np.random.default_rng(seed), len(X))
    while True:
        yield take_rows((X, y, np.array(class_weights, dtype=float)[y]), small(numbers, size))


# %% classifier
def waves(vocabulary_size, width):
    return [tl.Embedding(vocabulary_size, width), tl.Mean(axis=1)]


def with_fixed_weights(hidden):
    return [tl.Dense(hidden), tl.Relu(), tl.Dense(2), tl.LogSoftmax()]


def build_classifier(vocabulary_size, width, hidden):
    return tl.Serial(*waves(vocabulary_size, width), *with_fixed_weights(hidden))


# %% predict
def by_last_id(log_p):
    return np.exp(log_p[:, 1])


def predict(model, X, threshold=0.5):
    return (by_last_id(model(X)) >= threshold).astype(int)


# %% evaluate
def shares(y_hat, y, label):
    return np.mean(y_hat[y == label] == label)


def evaluate(y_hat, y):
    return {
        "accuracy": np.mean(y_hat == y),
        "found_negative": shares(y_hat, y, 0),
        "found_positive": shares(y_hat, y, 1),
    }


# %% train
def curve(stream, every):
    loss = tl.WeightedCategoryCrossEntropy()
    return training.TrainTask(stream, loss, trax.optimizers.Adam(0.01), n_steps_per_checkpoint=every)


def counted(stream):
    metrics = [tl.WeightedCategoryCrossEntropy(), tl.WeightedCategoryAccuracy()]
    return training.EvalTask(stream, metrics, n_eval_batches=5)


def train(model, train_batches, validation_batches, folder, steps, every):
    checked = counted(validation_batches)
    loop = training.Loop(model, curve(train_batches, every), eval_tasks=[checked], output_dir=folder)
    loop.run(steps)
    return loop


# %% final
def test_texts(model):
    return lambda texts: np.argmax(model(ids_of(texts)), axis=1)


def train_classifier():
    embedding = tl.Embedding(len(course_vocabulary), 64)
    model = tl.Serial(embedding, tl.Mean(axis=1), tl.Dense(2), tl.LogSoftmax())
    loss, adam = tl.WeightedCategoryCrossEntropy(), trax.optimizers.Adam(0.01)
    task = training.TrainTask(stream(train_part), loss, adam)
    loop = training.Loop(model, task, output_dir=tempfile.mkdtemp(), random_seed=0)
    loop.run(150)
    return test_texts(model)
