//! The contents: every page that has an address, with its title and its summary. The build lays a file for each; the site's tables take their words from here.

/// A page of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// Its address behind the site's own, without a slash at either end. Empty for the start page.
    pub path: &'static str,
    /// Its name in the header. Empty where it has no place there.
    pub short: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What is there: in the contents, for a search engine, and, for a figure, its caption.
    pub summary: &'static str,
}

/// All pages, in the book's order.
pub const ROUTES: &[Route] = &[
    Route {
        path: "",
        short: "",
        title: "A textbook of convolutional networks in which every figure computes",
        summary: "Receptive shows networks as they run: forward and backward, in your own browser, on compute shaders. \
                  Change a number and see what it changes. Nothing is drawn beforehand, and nothing leaves your machine.",
    },
    Route { path: "contents", short: "Contents", title: "Contents", summary: "All lectures and labs of the book." },
    Route {
        path: "credits",
        short: "Credits",
        title: "Credits",
        summary: "Every data file and font that the book uses, with its author and licence.",
    },
    Route {
        path: "lecture/filters",
        short: "",
        title: "Filters made by hand",
        summary: "Edges, blur, scale and orientation, each a small table of numbers; and how a machine finds such tables by itself.",
    },
    Route {
        path: "lecture/convolution",
        short: "",
        title: "Convolution",
        summary: "One sum of products, at every place: the flip, stride and dilation, channels, bias, and where the numbers lie in memory.",
    },
    Route {
        path: "lecture/arithmetic",
        short: "",
        title: "The arithmetic of convolution",
        summary: "How large the output is, what each layer costs, and what padding, groups and transposition do to both.",
    },
    Route {
        path: "lecture/receptive-fields",
        short: "",
        title: "What a unit sees",
        summary: "How far a unit's view reaches through strides, dilation and depth, and how little of it the unit uses.",
    },
    Route {
        path: "lecture/backward",
        short: "",
        title: "The way back",
        summary: "How much each number matters to the loss: the gradients of a convolution and of the links around it, the tape, and a check that needs no trust.",
    },
    Route {
        path: "lecture/lenet",
        short: "",
        title: "LeNet",
        summary: "Five layers that read digits: how they fit together, what they cost, how the first ones of 1998 differed, and what training does to them.",
    },
    Route {
        path: "lecture/resnet",
        short: "",
        title: "Residual networks",
        summary: "Why deeper was worse, on the very pictures that were learned; and how a sum around every block made a hundred layers learn.",
    },
    Route {
        path: "lab/convolution",
        short: "Convolve",
        title: "The convolution desk",
        summary: "Every setting of a convolution, numbers in cells, channel by channel, forward and backward: play it, step it, write in it, and ask any cell where it comes from.",
    },
    Route {
        path: "lab/train",
        short: "Train",
        title: "Train LeNet-5 on handwritten digits",
        summary: "60 000 digits, five layers with weights, and a gradient: watch the loss fall, the filters form and every layer's activations change; then draw a digit yourself.",
    },
    Route {
        path: "lab/gradient-flow",
        short: "Depth",
        title: "Why depth fails, and why a sum cures it",
        summary: "Twins of up to 110 layers that differ by “+ x”, trained side by side on your machine: their errors, every layer's gradient, and what is left when a block is taken out.",
    },
    Route {
        path: "lab/classify",
        short: "Classify",
        title: "What does a network see in your photo?",
        summary: "Your own photo, or one of ours, through networks with their real weights: the five likeliest classes, every step of the preparation, and where in the photo the reason lies.",
    },
    Route {
        path: "lab/inspect",
        short: "Inspect",
        title: "What is in this network?",
        summary: "Any network of the zoo on your photo: its graph, the cost and the time of every layer, the maps of a layer or their gradient, and one number down to the products that made it.",
    },
    Route {
        path: "lab/zoo",
        short: "Zoo",
        title: "The zoo",
        summary: "Every network of this book in one sortable table: parameters and multiply-adds counted by the engine, beside the published ones; accuracy against both as plots; the memory each needs, and its PyTorch line.",
    },
    Route {
        path: "lab/speed",
        short: "Speed",
        title: "How fast is this machine?",
        summary: "Convolutions, networks and a training step, timed on your own processor and graphics card: milliseconds, operations a second, and what the quick kernels gain over the simple one.",
    },
    Route {
        path: "figure/convolution",
        short: "",
        title: "A convolution, cell by cell",
        summary: "A picture, a kernel, and what the kernel makes of the picture. Blue is below zero, orange above; hatched cells are padding. \
              Point at any cell, or walk through the output with the arrow keys.",
    },
    Route {
        path: "figure/depth",
        short: "",
        title: "What depth does to numbers",
        summary: "Two networks with the same fresh weights, one of which adds “+ x” around every block. Above, how large the values are after each block; \
              below, how large the gradients of the loss with respect to them. One line of the grid is a power of ten.",
    },
    Route {
        path: "figure/field",
        short: "",
        title: "What does this unit see?",
        summary: "Layers over a row of cells. The frame is what the chosen unit can see, the bars are how much each cell moves it, and the bracket holds 95 % of that. \
              Point at any unit, or walk with the arrow keys.",
    },
    Route {
        path: "figure/stages",
        short: "",
        title: "The residual networks, stage by stage",
        summary: "What stands in each stage, what it makes of a picture, how many numbers it learns and how much it computes; and the paper's five networks side by side. \
              Change the depth, the way around a block, the place where it steps, and the size of the picture.",
    },
    Route {
        path: "figure/filters",
        short: "",
        title: "The filter bench",
        summary: "A picture, a kernel, and the sum of products at every pixel. Point at a pixel to see its sum; change a weight, a slider or the picture, and the output follows.",
    },
    Route {
        path: "figure/lenet",
        short: "",
        title: "LeNet-5, layer by layer",
        summary: "What each layer makes of a picture, how many numbers it learns and how much it computes. Change the form, the size of the picture and the widths.",
    },
    Route {
        path: "figure/desk",
        short: "",
        title: "The convolution desk",
        summary: "Point at any cell to see what it belongs to; click to stay. A clicked cell of the input, the kernel, the bias or the upstream \
              gradient takes a number. With the keyboard: arrows walk, Enter stays or writes, P plays, comma and full stop step.",
    },
];

/// The page at this path. A path that is none ends the build.
pub const fn route(path: &str) -> &'static Route {
    let mut at = 0;
    while at < ROUTES.len() {
        if same(ROUTES[at].path.as_bytes(), path.as_bytes()) {
            return &ROUTES[at];
        }
        at += 1;
    }
    panic!("expected the path of a page in ROUTES")
}

/// Equality that a constant can ask for.
const fn same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}
