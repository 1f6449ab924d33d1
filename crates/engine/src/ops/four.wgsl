// How many values are stored at a time: four output channels
alias Value = vec4<f32>;

