//! Self-attention: each token becomes a weighted mean of all tokens, with weights that the tokens themselves decide.
use super::{Cx, Linear, Module, Scope, Seq};
use engine::{Error, Result, autograd::Var, ops::MatMul, tensor::Shape};

/// One dense layer makes queries, keys and values, heads mix the values, and a last dense layer, `proj`, joins the heads. Names as in timm.
///
/// # Shapes
/// Input and output N×T×C; `qkv` 3C×C with bias, `proj` C×C with bias. Reference: timm.layers.Attention.
pub fn attention(scope: &Scope, channels: usize, heads: usize) -> Result<Seq> {
    Seq::new(scope)
        .then("qkv", |s| Linear::new(s, channels, 3 * channels))?
        .add("heads", SelfAttention { heads })
        .then("proj", |s| Linear::new(s, channels, channels))
}

/// For each head softmax(q · kᵀ / √d) · v, where d is the number of features of a head. Source: Vaswani et al., 2017.
///
/// # Shapes
/// Input N×T×3C, whose features are all queries, then all keys, then all values, each head after head; output N×T×C. Reference:
/// torch.nn.functional.scaled_dot_product_attention.
pub struct SelfAttention {
    /// The number of heads, which must divide C.
    pub heads: usize,
}

impl Module for SelfAttention {
    fn describe(&self) -> String {
        format!("self-attention, {} heads", self.heads)
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        let ([n, tokens, features], heads) = (x.shape().axes("self-attention")?, self.heads);
        if heads == 0 || !features.is_multiple_of(3 * heads) {
            return Err(Error::shape(
                "self-attention",
                format!("{features} features are not queries, keys and values of {heads} heads of equal size"),
            ));
        }
        let size = features / (3 * heads);
        let apart = x.reshape(Shape::new([n, tokens, 3, heads, size]))?.permute(&[2, 0, 3, 1, 4])?;
        let part = |which| apart.select(0, which)?.reshape(Shape::new([n * heads, tokens, size]));
        let alike = Var::apply(MatMul { transpose_b: true, ..MatMul::default() }, &[&part(0)?, &part(1)?])?;
        let weights = alike.scale(1.0 / (size as f32).sqrt())?.softmax(2)?;
        let mixed = Var::apply(MatMul::default(), &[&weights, &part(2)?])?;
        let joined = mixed.reshape(Shape::new([n, heads, tokens, size]))?.permute(&[0, 2, 1, 3])?;
        joined.reshape(Shape::new([n, tokens, heads * size]))
    }
}
