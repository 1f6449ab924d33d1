//! Every case of tests/golden/classical.json: our filters against SciPy and scikit-image. A kernel that is slightly wrong is caught.
use receptive::{
    vision::{
        Border, Hog, Plane, filter, hog,
        kernels::{self, Gabor},
        magnitude, median,
    },
    workbench::jobs::verify::{compare, rule},
};
use serde_json::Value;
use std::{f32::consts::PI, fs};

/// The allowed error relative to the largest value: single precision over a hundred products, and a difference of two blurs.
const ALLOWED: f64 = 5e-6;

fn record() -> (Plane, Vec<Value>) {
    let text = fs::read_to_string("tests/golden/classical.json").expect("the record");
    let record: Value = serde_json::from_str(&text).expect("JSON");
    let side = |axis: usize| record["image"]["shape"][axis].as_u64().expect("a side") as usize;
    let name = record["image"]["name"].as_str().expect("a name");
    let values = rule::tensor(name, side(0) * side(1), 0.0, 1.0);
    (Plane::new(side(0), side(1), values).expect("a picture"), record["cases"].as_array().expect("cases").clone())
}

/// SciPy's names for the border modes.
fn border(case: &Value) -> Border {
    match case["args"]["mode"].as_str() {
        Some("reflect") => Border::Symmetric,
        Some("constant") => Border::Zeros,
        Some("nearest") => Border::Replicate,
        other => panic!("an unknown border mode {other:?}"),
    }
}

fn number(case: &Value, key: &str) -> f32 {
    case["args"][key].as_f64().unwrap_or_else(|| panic!("{}: no {key}", case["name"])) as f32
}

/// The size of SciPy's Gaussian, which ends at `truncate` σ.
fn bell_size(sigma: f32) -> usize {
    2 * (4.0 * sigma + 0.5) as usize + 1
}

/// skimage's Gabor kernel. Its real part is the cosine, and its imaginary part the sine.
fn gabor(case: &Value, real: bool) -> Plane {
    let (sigma_x, sigma_y, theta) = (number(case, "sigma_x"), number(case, "sigma_y"), number(case, "theta"));
    let g = Gabor {
        theta,
        lambda: 1.0 / number(case, "frequency"),
        sigma: sigma_x,
        gamma: sigma_x / sigma_y,
        psi: if real { 0.0 } else { -PI / 2.0 },
    };
    let half = |a: f32, b: f32| (number(case, "n_stds") * a.abs().max(b.abs())).max(1.0).ceil() as usize;
    let (sin, cos) = theta.sin_cos();
    let (down, across) = (half(sigma_y * cos, sigma_x * sin), half(sigma_x * cos, sigma_y * sin));
    kernels::gabor(2 * down + 1, 2 * across + 1, g).map(|v| v / (2.0 * PI * sigma_x * sigma_y))
}

fn found(image: &Plane, case: &Value) -> Vec<f32> {
    let name = case["name"].as_str().expect("a name");
    let with = |kernel: Plane| filter(image, &kernel, border(case)).expect("a picture");
    let family = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '_');
    let plane = match family {
        "sobel_x" | "sobel_x_zero" => with(kernels::sobel_x(3)),
        "sobel_y" => with(kernels::sobel_y(3)),
        "prewitt_x" => with(kernels::prewitt_x(3)),
        "prewitt_y" => with(kernels::prewitt_y(3)),
        "sobel_magnitude" => magnitude(&with(kernels::sobel_x(3)), &with(kernels::sobel_y(3))).expect("two of one size"),
        "laplace" => with(kernels::laplace(3)),
        "gaussian" | "gaussian_nearest" => with(kernels::gaussian(bell_size(number(case, "sigma")), number(case, "sigma"))),
        "gaussian_laplace" => with(kernels::laplacian_of_gaussian(bell_size(number(case, "sigma")), number(case, "sigma"))),
        "dog" => {
            let blurred = [0, 1].map(|i| case["args"]["sigmas"][i].as_f64().expect("a sigma") as f32);
            let [narrow, wide] = blurred.map(|sigma| with(kernels::gaussian(bell_size(sigma), sigma)));
            let at_once = with(kernels::difference_of_gaussians(bell_size(blurred[1]), blurred[0], blurred[1] / blurred[0]));
            let difference = narrow.zip(&wide, |a, b| a - b).expect("two of one size");
            // The bench has a single kernel, in which the narrow Gaussian reaches as far as the wide one.
            assert!(difference.zip(&at_once, |a, b| a - b).expect("two of one size").largest() < 1e-4);
            difference
        }
        "uniform" => with(kernels::mean(number(case, "size") as usize)),
        "median" => median(image, number(case, "size") as usize, border(case)).expect("an odd window"),
        "gabor_kernel_real" => gabor(case, true),
        "gabor_kernel_imag" => gabor(case, false),
        "gabor_real" => with(gabor(case, true).turned()),
        "gabor_imag" => with(gabor(case, false).turned()),
        "hog" => return hog(image, Hog { orientations: 9, cell: 4, block: 2 }).expect("room for blocks"),
        other => panic!("an unknown case {other:?} of {name}"),
    };
    let shape: Vec<usize> = case["shape"].as_array().expect("a shape").iter().map(|n| n.as_u64().expect("a side") as usize).collect();
    assert_eq!([plane.height, plane.width], shape[..], "{name}");
    plane.values
}

fn error(image: &Plane, case: &Value) -> f64 {
    let expected: Vec<f64> = case["full"].as_array().expect("values").iter().map(|v| v.as_f64().expect("a number")).collect();
    compare(&found(image, case), &expected)
}

#[test]
fn every_case_holds() {
    let (image, cases) = record();
    assert!(cases.len() >= 28, "only {} cases", cases.len());
    for case in &cases {
        let error = error(&image, case);
        assert!(error <= ALLOWED, "{}: {error:.1e} (allowed {ALLOWED:.0e})", case["name"]);
    }
}

#[test]
fn a_kernel_that_is_off_by_a_hundredth_is_caught() {
    let (image, cases) = record();
    let mut lie = cases.into_iter().find(|case| case["name"] == "gaussian_1.5").expect("that case");
    lie["args"]["sigma"] = 1.515.into();
    assert!(error(&image, &lie) > 100.0 * ALLOWED);
}
