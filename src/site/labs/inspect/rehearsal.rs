//! The lab's logic with the workbench in the same thread: from a network's name to its graph, a layer, and one number.
