//! Saving a figure in its present state: the browser's layout as SVG or PNG, and its numbers as CSV.
use super::{markup::escape, tables::Tables};
use crate::site::browser::{self, all};
use leptos::prelude::*;
use std::fmt::Write;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{CssStyleDeclaration, DomRect, Element, HtmlCanvasElement, HtmlImageElement, HtmlInputElement, Node};

/// The formats in which a figure is saved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Vector graphics, as the browser laid the figure out.
    Svg,
    /// The same as pixels.
    Png,
    /// The numbers of the figure's tables.
    Csv,
}

/// Offers the figure with this element's id as a file `name.svg`, `.png` or `.csv`.
pub fn save(tables: Tables, element: &str, name: &str, kind: Kind) {
    let Some(figure) = document().get_element_by_id(element) else { return };
    let offered = match kind {
        Kind::Csv => browser::offer(&format!("{name}.csv"), "text/csv", tables.to_csv().as_bytes()),
        Kind::Svg => browser::offer(&format!("{name}.svg"), "image/svg+xml", svg(&figure).0.as_bytes()),
        Kind::Png => {
            png(figure, format!("{name}.png"));
            Ok(())
        }
    };
    if let Err(error) = offered {
        let _ = window().alert_with_message(&error);
    }
}

/// Draws the browser's layout as SVG: boxes with their colours and borders, words at their positions, canvases as pictures, and SVG as it
/// is. Also returns width and height.
fn svg(figure: &Element) -> (String, f64, f64) {
    let frame = figure.get_bounding_client_rect();
    let mut drawing = Drawing { left: frame.left() - MARGIN, top: frame.top() - MARGIN, body: String::new() };
    let paper = document().body().and_then(|body| window().get_computed_style(&body).ok().flatten());
    let paper = paper.and_then(|style| style.get_property_value("background-color").ok()).unwrap_or_default();
    let paper =
        if clear(&paper) { style_of(&document().document_element().expect("a document has a root"), "background-color") } else { paper };
    drawing.element(figure);
    let (width, height) = (frame.width() + 2.0 * MARGIN, frame.height() + 2.0 * MARGIN);
    let head = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\">"
    );
    (format!("{head}<rect width=\"100%\" height=\"100%\" fill=\"{}\"/>\n{}</svg>\n", escape(&paper), drawing.body), width, height)
}

const MARGIN: f64 = 16.0;

struct Drawing {
    left: f64,
    top: f64,
    body: String,
}

fn style_of(element: &Element, property: &str) -> String {
    window().get_computed_style(element).ok().flatten().and_then(|style| style.get_property_value(property).ok()).unwrap_or_default()
}

fn clear(colour: &str) -> bool {
    colour.is_empty() || colour == "transparent" || colour.replace(' ', "").ends_with(",0)") || colour.ends_with("/ 0)")
}

impl Drawing {
    fn element(&mut self, element: &Element) {
        let Ok(Some(style)) = window().get_computed_style(element) else { return };
        let property = |name: &str| style.get_property_value(name).unwrap_or_default();
        let place = element.get_bounding_client_rect();
        // Controls and folded parts are left out of the picture.
        let control = ["BUTTON", "SELECT", "DETAILS", "LABEL", "SCRIPT"].contains(&element.tag_name().as_str())
            || element.matches(".tools, .visually-hidden").unwrap_or(false);
        if control || property("display") == "none" || property("visibility") == "hidden" || property("opacity") == "0" {
            return;
        }
        match element.tag_name().as_str() {
            "svg" => return self.svg(element, &place),
            "CANVAS" => return self.canvas(element, &place),
            _ => {}
        }
        self.boxed(&style, &place);
        if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
            if input.type_() != "range" {
                self.words(&input.value(), &style, place.left() + place.width() / 2.0, place.top() + place.height() / 2.0, "middle");
            }
            return;
        }
        let children = element.child_nodes();
        for child in (0..children.length()).filter_map(|i| children.item(i)) {
            match child.dyn_ref::<Element>() {
                Some(child) => self.element(child),
                None if child.node_type() == Node::TEXT_NODE => self.text(&child, &style),
                None => {}
            }
        }
    }

    fn boxed(&mut self, style: &CssStyleDeclaration, place: &DomRect) {
        let property = |name: &str| style.get_property_value(name).unwrap_or_default();
        let (x, y, width, height) = (place.left() - self.left, place.top() - self.top, place.width(), place.height());
        let fill = property("background-color");
        if !clear(&fill) && width > 0.0 && height > 0.0 {
            let _ = writeln!(
                self.body,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{}\"/>",
                escape(&fill)
            );
        }
        // A stroke for any kind of outline of a box: an outline, a full border, or a shadow without blur.
        let outline = property("outline-style");
        let line = |width: &str| width.trim_end_matches("px").parse::<f64>().unwrap_or(0.0);
        let strokes = [
            (outline != "none", "outline-width", "outline-color"),
            (property("border-left-style") != "none", "border-left-width", "border-left-color"),
        ];
        for (drawn, thick, colour) in strokes {
            let (thick, colour) = (line(&property(thick)), property(colour));
            if drawn && thick > 0.0 && !clear(&colour) {
                let _ = writeln!(
                    self.body,
                    "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{thick}\"/>",
                    escape(&colour)
                );
            }
        }
    }

    /// A text node, line by line as the browser broke it.
    fn text(&mut self, node: &Node, style: &CssStyleDeclaration) {
        let text: Vec<char> = node.text_content().unwrap_or_default().chars().collect();
        let Ok(range) = document().create_range() else { return };
        let (mut start, mut offset, mut line): (usize, u32, Option<(f64, f64, f64)>) = (0, 0, None);
        for at in 0..=text.len() {
            let here = text.get(at).and_then(|c| {
                let end = offset + c.len_utf16() as u32;
                range.set_start(node, offset).ok()?;
                range.set_end(node, end).ok()?;
                offset = end;
                let place = range.get_bounding_client_rect();
                (place.width() > 0.0).then(|| (place.left(), place.top(), place.height()))
            });
            let ends = match (line, here) {
                (Some((_, top, height)), Some((_, y, _))) => (y - top).abs() > height / 2.0,
                (Some(_), None) => at == text.len(),
                _ => false,
            };
            if ends && let Some((x, y, height)) = line.take() {
                let words: String = text[start..at].iter().collect();
                self.words(words.trim(), style, x, y + height / 2.0, "start");
            }
            if line.is_none()
                && let Some(first) = here
            {
                (line, start) = (Some(first), at);
            }
        }
    }

    /// Words that start at x, with their middle at height y (of the window).
    fn words(&mut self, words: &str, style: &CssStyleDeclaration, x: f64, y: f64, anchor: &str) {
        if words.is_empty() {
            return;
        }
        let property = |name: &str| escape(&style.get_property_value(name).unwrap_or_default());
        let _ = writeln!(
            self.body,
            "<text x=\"{:.1}\" y=\"{:.1}\" dominant-baseline=\"central\" text-anchor=\"{anchor}\" fill=\"{}\" font-family=\"{}\" font-size=\"{}\" font-weight=\"{}\" font-style=\"{}\">{}</text>",
            x - self.left,
            y - self.top,
            property("color"),
            property("font-family"),
            property("font-size"),
            property("font-weight"),
            property("font-style"),
            escape(words)
        );
    }

    fn canvas(&mut self, element: &Element, place: &DomRect) {
        let Some(address) = element.dyn_ref::<HtmlCanvasElement>().and_then(|canvas| canvas.to_data_url().ok()) else { return };
        let (x, y) = (place.left() - self.left, place.top() - self.top);
        let _ = writeln!(
            self.body,
            "<image x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" href=\"{address}\" style=\"image-rendering: {}\"/>",
            place.width(),
            place.height(),
            style_of(element, "image-rendering")
        );
    }

    /// An SVG inside the drawing: its own markup, with the colours from style sheets.
    fn svg(&mut self, element: &Element, place: &DomRect) {
        let Some(copy) = element.clone_node_with_deep(true).ok().and_then(|copy| copy.dyn_into::<Element>().ok()) else { return };
        let (from, to) = (all(element, "*"), all(&copy, "*"));
        for (from, to) in std::iter::once((element, &copy)).chain(from.iter().zip(&to)) {
            for name in ["fill", "stroke", "stroke-width", "font-family", "font-size", "font-weight", "opacity", "text-anchor"] {
                let _ = to.set_attribute(name, &style_of(from, name));
            }
            let _ = to.remove_attribute("class");
            let _ = to.remove_attribute("style");
        }
        let numbers =
            [("x", place.left() - self.left), ("y", place.top() - self.top), ("width", place.width()), ("height", place.height())];
        for (name, number) in numbers {
            let _ = copy.set_attribute(name, &format!("{number:.1}"));
        }
        let _ = copy.set_attribute("xmlns", "http://www.w3.org/2000/svg");
        self.body += &copy.outer_html();
        self.body.push('\n');
    }
}

/// The picture as PNG, with two pixels for each pixel of the page.
fn png(figure: Element, name: String) {
    let (drawn, width, height) = svg(&figure);
    let Ok(image) = HtmlImageElement::new() else { return };
    let (picture, address) = (image.clone(), format!("data:image/svg+xml;charset=utf-8,{}", js_sys::encode_uri_component(&drawn)));
    let ready = Closure::once_into_js(move || {
        let Ok(canvas) = document().create_element("canvas").map(|c| c.unchecked_into::<HtmlCanvasElement>()) else { return };
        canvas.set_width(2 * width as u32);
        canvas.set_height(2 * height as u32);
        let context = canvas.get_context("2d").ok().flatten().and_then(|c| c.dyn_into::<web_sys::CanvasRenderingContext2d>().ok());
        let Some(context) = context else { return };
        let _ = context.draw_image_with_html_image_element_and_dw_and_dh(&picture, 0.0, 0.0, 2.0 * width, 2.0 * height);
        if let Ok(address) = canvas.to_data_url() {
            browser::offer_address(&name, &address);
        }
    });
    image.set_onload(Some(ready.unchecked_ref()));
    image.set_src(&address);
}
