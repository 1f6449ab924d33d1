//! Tokens: the patches of an image as a sequence, with a class token before them and a learned vector for each position.
use super::{Cx, Init, Module, Scope};
use engine::{
    Error, Result,
    autograd::{Param, Var},
    tensor::{Layout, Shape},
};
use std::rc::Rc;

/// The standard deviation of the first position vectors. Reference: timm.models.VisionTransformer.
const POSITIONS: f32 = 0.02;

/// y = [class token, pixel 0, pixel 1, …] + position vectors, with the pixels row after row. Source: Dosovitskiy et al., 2020.
///
/// # Shapes
/// Input N×C×H×W, output N×(1 + H·W)×C; `cls_token` 1×1×C, `pos_embed` 1×(1 + H·W)×C.
pub struct Tokens {
    class: Rc<Param>,
    positions: Rc<Param>,
    places: usize,
}

impl Tokens {
    /// Tokens of an image with exactly this number of places. Their position vectors belong to them, so other sizes need another network.
    pub fn new(scope: &Scope, places: usize, channels: usize) -> Result<Tokens> {
        let drawn = Init::Gain { fan_in: 1, gain: POSITIONS };
        Ok(Tokens {
            class: scope.param("cls_token", Layout::Plain, &[1, 1, channels], Init::Constant(0.0))?,
            positions: scope.param("pos_embed", Layout::Plain, &[1, places + 1, channels], drawn)?,
            places,
        })
    }
}

impl Module for Tokens {
    fn describe(&self) -> String {
        format!("class token and {} patches, with their positions", self.places)
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        let [n, height, width, channels] = x.shape().axes("tokens")?;
        if height * width != self.places {
            let found = format!("found {height}×{width}: each place has a position vector of its own");
            return Err(Error::shape("tokens", format!("expected {} patches, {found}", self.places)));
        }
        let class = x.param(&self.class).expand(Shape::new([n, 1, channels]))?;
        let patches = x.reshape(Shape::new([n, self.places, channels]))?;
        Var::concat(&[&class, &patches], 1)?.add(&x.param(&self.positions))
    }
    fn params(&self) -> Vec<Rc<Param>> {
        vec![self.class.clone(), self.positions.clone()]
    }
}

/// The first token alone, which is the class token: N×T×C to N×C.
pub struct FirstToken;

impl Module for FirstToken {
    fn describe(&self) -> String {
        "class token".into()
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        x.shape().axes::<3>("class token")?;
        x.select(1, 0)
    }
}
