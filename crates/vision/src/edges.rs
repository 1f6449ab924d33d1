//! Edges of filtered pictures: the gradient's magnitude and direction, and zero crossings.
use super::Plane;
use engine::Result;

/// Gradient magnitude √(gx² + gy²), pixel by pixel. Refuses planes of different sizes.
pub fn magnitude(gx: &Plane, gy: &Plane) -> Result<Plane> {
    gx.zip(gy, f32::hypot)
}

/// Gradient direction atan2(gy, gx) in radians from −π to π: the direction in which the picture grows brighter, from the x axis downwards.
/// Refuses planes of different sizes.
pub fn direction(gx: &Plane, gy: &Plane) -> Result<Plane> {
    gx.zip(gy, |x, y| y.atan2(x))
}

/// Zero crossings: where the response changes its sign towards the next pixel to the right or below. The value is the larger difference of
/// the two, and 0 elsewhere. Source: D. Marr, E. Hildreth 1980: zero crossings of the Laplacian of the Gaussian.
pub fn zero_crossings(response: &Plane) -> Plane {
    let below = |v: f32| v < 0.0;
    Plane::of(response.height, response.width, |r, c| {
        let here = response.at(r, c);
        let right = if c + 1 < response.width { response.at(r, c + 1) } else { here };
        let under = if r + 1 < response.height { response.at(r + 1, c) } else { here };
        let steep = |other: f32| if below(other) != below(here) { (other - here).abs() } else { 0.0 };
        steep(right).max(steep(under))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Border, filter, kernels};

    #[test]
    fn an_edge_has_a_size_a_direction_and_one_crossing() {
        // The picture is bright below a line between rows 7 and 8.
        let step = Plane::of(16, 16, |r, _| if r > 7 { 1.0 } else { 0.0 });
        let gradient = |kernel| filter(&step, &kernel, Border::Symmetric).unwrap();
        let (gx, gy) = (gradient(kernels::sobel_x(3)), gradient(kernels::sobel_y(3)));
        assert_eq!(magnitude(&gx, &gy).unwrap().at(7, 5), 4.0);
        assert!((direction(&gx, &gy).unwrap().at(8, 5).to_degrees() - 90.0).abs() < 1e-4);
        let log = filter(&step, &kernels::balanced_laplacian_of_gaussian(9, 1.2), Border::Symmetric).unwrap();
        let crossings = zero_crossings(&log);
        let rows: Vec<usize> = (0..16).filter(|r| crossings.at(*r, 8) > 0.1 * log.largest()).collect();
        assert_eq!(rows, [7]);
    }
}
