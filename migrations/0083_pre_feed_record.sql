-- The served record: the numbers every page was made of, one row a page, dropped whole by days.
-- What the columns of features and heads are, and were worth, stands in the layout that a row names.
CREATE TABLE feed_layout (
    layout_id bigint PRIMARY KEY,
    version text NOT NULL,
    features text[] NOT NULL,
    weights real[] NOT NULL,
    heads text[] NOT NULL,
    worths real[] NOT NULL
);

CREATE TABLE feed_record (
    day integer NOT NULL,
    request_id bigint NOT NULL,
    viewer_id bigint NOT NULL,
    market text NOT NULL,
    tab text NOT NULL,
    made_at_us bigint NOT NULL,
    layout_id bigint NOT NULL,
    snapshot text NOT NULL,
    trust real NOT NULL,
    video_ids bigint[] NOT NULL,
    sources smallint[] NOT NULL,
    ways smallint[] NOT NULL,
    scores real[] NOT NULL,
    probabilities real[] NOT NULL,
    propensities real[] NOT NULL,
    features bytea NOT NULL,
    heads bytea NOT NULL,
    rivals integer NOT NULL CHECK (rivals = cardinality(rival_ids)),
    rival_ids bigint[] NOT NULL,
    rival_features bytea NOT NULL,
    rival_heads bytea NOT NULL,
    PRIMARY KEY (day, request_id),
    CHECK (cardinality(video_ids) > 0
        AND cardinality(sources) = cardinality(video_ids)
        AND cardinality(ways) = cardinality(video_ids)
        AND cardinality(scores) = cardinality(video_ids)
        AND cardinality(probabilities) = cardinality(video_ids)
        AND cardinality(propensities) = cardinality(video_ids))
) PARTITION BY RANGE (day);
CREATE INDEX feed_record_by_viewer ON feed_record (viewer_id, request_id) WHERE viewer_id <> 0;
CREATE INDEX feed_record_with_rivals ON feed_record (day, request_id) WHERE rivals > 0;
