// Two short notes: rising for a finished clip, falling for a failed one.
const NOTES = [660, 880];

const note = (audio, pitch, at) => {
  const tone = new OscillatorNode(audio, { frequency: pitch });
  const loudness = new GainNode(audio, { gain: 0 });
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(0.15, at + 0.02);
  loudness.gain.linearRampToValueAtTime(0, at + 0.3);
  tone.connect(loudness).connect(audio.destination);
  tone.start(at);
  tone.stop(at + 0.3);
};

export const ring = ({ isFailure = false } = {}) => {
  const audio = new AudioContext();
  const notes = isFailure ? NOTES.toReversed() : NOTES;
  notes.forEach((pitch, index) => note(audio, pitch, audio.currentTime + 0.05 + index * 0.15));
  setTimeout(() => audio.close(), 1500);
};
