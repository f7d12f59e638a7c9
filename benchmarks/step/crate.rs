//! The crate `category_theory_transformer_rs` as a contender: 80 of its steps on the pairs of the book.
//!
//! Answers check, go and quit as `benchmarks/contender.py` says; what is compared, and how samples are timed, is that
//! of `benchmarks/step/steps.py`.

use category_theory_transformer_rs::{
    CtResult, DatasetWindowing, LearningRate, ModelDimension, Morphism, Parameters, StepCount,
    TokenSequence, TrainStep, VocabSize, apply_endomorphism_n_times,
};
use std::{fs, hint, io, time};

const CHECKED: usize = 3;
const STEPS: usize = 80;
const SHORTEST: f64 = 2e-3; // seconds of a sample

struct Steps {
    step: TrainStep,
    start: Parameters,
    calls: u32,
}

impl Steps {
    fn new() -> CtResult<Self> {
        let text = TokenSequence::from_indices([1, 2, 3, 4, 1, 2, 3, 4])?;
        let step = TrainStep::new(DatasetWindowing.apply(text)?, LearningRate::new(1.0)?);
        let start = Parameters::init(VocabSize::new(5)?, ModelDimension::new(4)?);
        Ok(Self {
            step,
            start,
            calls: 1,
        })
    }

    fn advance(&self, from: Parameters, count: usize) -> CtResult<Parameters> {
        apply_endomorphism_n_times(&self.step, from, StepCount::new(count))
    }

    /// Return the result of `check`, and choose how many calls a sample has.
    fn check(&mut self) -> CtResult<String> {
        let end = self.advance(self.start.clone(), CHECKED)?;
        let moved = arrays(&self.start)
            .into_iter()
            .zip(arrays(&end))
            .map(|(before, after)| change(&before, &after));
        let result = moved.collect::<Vec<_>>().join(", ");
        loop {
            let took = self.clock()?;
            if took * f64::from(self.calls) >= SHORTEST {
                return Ok(format!("[{result}]"));
            }
            self.calls = (self.calls + 1).max((1.2 * SHORTEST / took).ceil() as u32);
        }
    }

    /// Return the seconds of one call.
    fn clock(&self) -> CtResult<f64> {
        let from = self.start.clone();
        let started = time::Instant::now();
        hint::black_box(self.advance(hint::black_box(from), STEPS)?);
        Ok(started.elapsed().as_secs_f64())
    }

    /// Return the seconds of one step, and for which share of them this process stood in the queue of the processor.
    fn go(&self) -> CtResult<(f64, f64)> {
        let (before, started) = (waited(), time::Instant::now());
        let mut seconds = 0.0;
        for _ in 0..self.calls {
            seconds += self.clock()?;
        }
        let share = (waited() - before) / started.elapsed().as_nanos() as f64;
        Ok((seconds / f64::from(self.calls) / STEPS as f64, share))
    }
}

fn arrays(parameters: &Parameters) -> [Vec<f32>; 3] {
    [
        parameters.embedding_table().concat(),
        parameters.lm_head().concat(),
        parameters.bias().to_vec(),
    ]
}

/// Write the logarithm of the length of an array's change, and the change over its mean size, as a list of JSON.
fn change(before: &[f32], after: &[f32]) -> String {
    let by = before
        .iter()
        .zip(after)
        .map(|(old, new)| f64::from(*new) - f64::from(*old))
        .collect::<Vec<_>>();
    let size = (by.iter().map(|each| each * each).sum::<f64>() / by.len() as f64).sqrt();
    let numbers = [size.ln()]
        .into_iter()
        .chain(by.iter().map(|each| each / size));
    format!(
        "[{}]",
        numbers
            .map(|each| each.to_string())
            .collect::<Vec<_>>()
            .join(", ")
    )
}

/// Return for how many nanoseconds this process has waited for a processor so far.
fn waited() -> f64 {
    let text = fs::read_to_string("/proc/self/schedstat")
        .expect("Linux says how long a process has waited");
    text.split_whitespace()
        .nth(1)
        .and_then(|field| field.parse().ok())
        .expect("the second field is a number")
}

/// Return the most memory of this process, in bytes.
fn peak() -> u64 {
    let text =
        fs::read_to_string("/proc/self/status").expect("Linux says how much memory a process has");
    let line = text
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .expect("there is a line about the most memory");
    1024 * line
        .split_whitespace()
        .nth(1)
        .and_then(|field| field.parse::<u64>().ok())
        .expect("in kilobytes")
}

fn main() -> CtResult<()> {
    let mut steps = Steps::new()?;
    for line in io::stdin().lines() {
        match line.expect("questions are text").trim() {
            "check" => println!("{{\"result\": {}}}", steps.check()?),
            "go" => {
                let (seconds, share) = steps.go()?;
                println!("{{\"seconds\": [{seconds}], \"waited\": {share}}}");
            }
            "quit" => {
                println!("{{\"peak\": {}, \"working\": null}}", peak());
                break;
            }
            other => panic!("a contender answers check, go and quit, not {other:?}"),
        }
    }
    Ok(())
}
