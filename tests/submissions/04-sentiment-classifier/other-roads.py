# /// case
# summary = "Right in other ways: regular expressions, plain loops, JAX arrays, nested layers"
# ///

# %% tokenize
import re

split = TweetTokenizer(preserve_case=False, reduce_len=True).tokenize


def tokens_of(tweet):
    linked = ["<link>" if re.match(r"(?i)(http|www\.)", token) else token for token in split(tweet)]
    return ["<user>" if re.match(r"@.", token) else token for token in linked]


# %% vocabulary
def build_vocabulary(token_lists, min_count, size):
    seen = {}
    for tokens in token_lists:
        for word in sorted(set(tokens)):
            seen[word] = seen.get(word, 0) + 1
    vocabulary = {"<pad>": 0, "<unknown>": 1}
    for count in range(len(token_lists), min_count - 1, -1):
        for word in sorted(word for word in seen if seen[word] == count):
            if len(vocabulary) < size:
                vocabulary[word] = len(vocabulary)
    return vocabulary


# %% tensor
import jax.numpy as jnp


def tweets_to_tensor(token_lists, vocabulary, length):
    rows = []
    for tokens in token_lists:
        row = [vocabulary.get(token, 1) for token in tokens]
        row = row[max(0, len(row) - length) :]
        rows.append(row + [0] * (length - len(row)))
    return jnp.array(rows, dtype=jnp.int32).reshape((len(rows), length))


# %% batches
import random


def batches(X, y, size, seed, class_weights):
    chance = random.Random(seed)

    def endless_rows():
        while True:
            yield from chance.sample(range(len(X)), len(X))

    rows = endless_rows()
    while True:
        chosen = [next(rows) for _ in range(size)]
        labels = np.array([y[i] for i in chosen])
        yield np.stack([X[i] for i in chosen]), labels, np.array([float(class_weights[label]) for label in labels])


# %% classifier
def build_classifier(vocabulary_size, width, hidden):
    average = tl.Fn("Average", lambda vectors: jnp.sum(vectors, axis=1) / vectors.shape[1])
    tweet_vector = tl.Serial(tl.Embedding(vocabulary_size, width), average)
    rectified = tl.Serial(tl.Dense(hidden), tl.Relu())
    return tl.Serial(tweet_vector, rectified, tl.Serial(tl.Dense(2), tl.LogSoftmax()))


# %% predict
def predict(model, X, threshold=0.5):
    return jnp.where(jnp.asarray(model(X))[:, 1] >= jnp.log(threshold), 1, 0)


# %% evaluate
def evaluate(y_hat, y):
    def share(wanted):
        pairs = [(int(guess), int(truth)) for guess, truth in zip(y_hat, y, strict=True)]
        return np.mean([guess == truth for guess, truth in pairs if truth in wanted])

    return {"found_positive": share([1]), "found_negative": share([0]), "accuracy": share([0, 1])}


# %% train
def train(model, train_batches, validation_batches, folder, steps, every):
    task = training.TrainTask(
        labeled_data=train_batches,
        loss_layer=tl.WeightedCategoryCrossEntropy(),
        optimizer=trax.optimizers.Adam(learning_rate=0.01),
        n_steps_per_checkpoint=every,
    )
    check = training.EvalTask(
        labeled_data=validation_batches,
        metrics=[tl.WeightedCategoryAccuracy(), tl.WeightedCategoryCrossEntropy()],
        n_eval_batches=5,
    )
    loop = training.Loop(model, [task], eval_tasks=check, output_dir=folder)
    for _ in range(steps):
        loop.run(1)
    return loop


# %% final
def train_classifier():
    token_lists = [tokens_of(tweet.text) for tweet in train_part]
    words = build_vocabulary(token_lists, min_count=2, size=5000)
    X = tweets_to_tensor(token_lists, words, length=40)
    y = np.array([tweet.label for tweet in train_part])
    X_validation = tweets_to_tensor([tokens_of(tweet.text) for tweet in validation_part], words, length=40)
    y_validation = np.array([tweet.label for tweet in validation_part])
    model = build_classifier(len(words), width=32, hidden=16)
    streams = batches(X, y, 64, 3, [1, 1]), batches(X_validation, y_validation, 64, 4, [1, 1])
    train(model, *streams, tempfile.mkdtemp(), steps=300, every=150)

    def classify(texts):
        return predict(model, tweets_to_tensor([tokens_of(each) for each in texts], words, length=40))

    return classify
