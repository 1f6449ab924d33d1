//! `receptive models`: the zoo as a table or as JSON, counted by a dry run on Meta.
use receptive::{
    engine::tensor::Device,
    error::Result,
    nets::{
        models::{MODELS, macs},
        nn::{Scope, parameter_count},
    },
};

pub fn run(json: bool) -> Result<()> {
    if !json {
        println!("{:<22} {:>10} {:>12} {:>14}  title", "name", "input", "parameters", "multiply-adds");
    }
    for spec in MODELS {
        let parameters = parameter_count(&spec.network(&Scope::new(Device::Meta, 0))?);
        let macs = macs(spec)?;
        let [c, h, w] = spec.input;
        if json {
            let accuracy = spec.accuracy.map(|a| serde_json::json!({ "top1": a.top1, "top5": a.top5, "by": a.by }));
            let line = serde_json::json!({ "name": spec.name, "title": spec.title, "paper": spec.paper, "year": spec.year, "input": spec.input,
                "classes": spec.classes, "parameters": parameters, "macs": macs, "accuracy": accuracy, "preprocess": spec.preprocess,
                "weights": spec.weights, "later": spec.later().map(|later| later.file) });
            println!("{line}");
        } else {
            println!("{:<22} {:>10} {parameters:>12} {macs:>14}  {}", spec.name, format!("{c}×{h}×{w}"), spec.title);
        }
    }
    Ok(())
}
