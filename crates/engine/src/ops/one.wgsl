// How many values are stored at a time: one output
alias Value = f32;

