//! Networks learn: layers, models, data, training, and looking inside.
