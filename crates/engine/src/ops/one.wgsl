// What is stored at a time: one output
alias Value = f32;

