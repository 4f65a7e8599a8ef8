/** The version of Saddlescope. */
export const version: string;

/** Resolves when the plain functions can be called; rejects where WebAssembly is refused. */
export const ready: Promise<void>;

/** The methods. */
export type MethodName =
  | "gradient-descent" | "momentum" | "averaged-momentum" | "nesterov" | "adagrad" | "rmsprop" | "adadelta" | "adam"
  | "adamw" | "amsgrad" | "adamax" | "nadam" | "radam" | "lion" | "rprop" | "newton" | "shifted-newton"
  | "saddle-free-newton" | "negative-curvature" | "lbfgs";

/** Whose form of an equation: the lecture notes', or a framework's. Not every method exists in each. */
export type Dialect = "notes" | "pytorch" | "keras" | "optax";

/** The schedules. */
export type ScheduleName =
  | "constant" | "power-of-ten" | "exponential" | "step" | "piecewise" | "inverse-time" | "polynomial" | "cosine"
  | "warm-restarts" | "warm-up" | "warm-up-cosine" | "one-cycle" | "cyclic";

/** A learning rate, and the momentum for the step where a schedule gives one. */
export interface Rate { rate: number; momentum?: number | null; }

/** A loss: a formula or the name of a landscape; or its gradient as a function; or what a method may ask for. */
export type LossLike = string | ((theta: number[]) => number[]) | {
  gradient(theta: number[]): number[];
  /** Row by row: Newton's methods ask for it. */
  hessian?(theta: number[]): number[] | number[][];
  value?(theta: number[]): number;
};

/** What an optimizer remembers, and what went into its last step, by the symbols of its equation; `Δ` was added to θ. */
export interface OptimizerState {
  /** Steps taken. */
  t: number;
  scalars: Record<string, number>;
  vectors: Record<string, number[]>;
}

/** A method with its state. */
export class Optimizer {
  /**
   * `dialect`: the plainest that exists; `parameters`, such as `{ beta1: 0.9, centred: true }`: the dialect's defaults;
   * `dimension`: 2; `rate`: the dialect's default. Throws for a name or a value that is not allowed, and says which are:
   * `optimizer.method`, `optimizer.dialect`, `optimizer.unknown-parameter`, `optimizer.parameter`, `optimizer.dimension`.
   */
  constructor(method: MethodName, options?: {
    dialect?: Dialect;
    parameters?: Record<string, number | boolean>;
    dimension?: number;
    rate?: number;
  });
  /**
   * One step: gives the new θ, and leaves the given one as it is. What `loss` throws is thrown on; `formula.*` for a
   * formula that is none, `optimizer.oracle` where `loss` lacks a function that the method asks, `optimizer.point` for a
   * θ of another length than `dimension`.
   */
  step(loss: LossLike, theta: number[], rate?: number | Rate): number[];
  readonly state: OptimizerState;
}

/**
 * A learning-rate schedule: `schedule("power-of-ten", { rate: 0.1, period: 100 })(50).rate`. t counts from 0; what is no
 * number counts as 0, and what is beyond 2⁵³ as 2⁵³. Throws `schedule.family`, `schedule.dialect`, `optimizer.dialect`,
 * `optimizer.unknown-parameter`, `optimizer.parameter`.
 */
export function schedule(family: ScheduleName, parameters?: Record<string, number | boolean>, dialect?: Dialect):
  (t: number) => Rate;

/** `detail` of the event `saddle-input`: the user changed something. */
export interface SaddleInputDetail { state: string; }

/** `detail` of the event `saddle-step`: a run that the user plays or scrubs is at another step. */
export interface SaddleStepDetail { step: string; state: string; }

/** `detail` of the event `saddle-error`. */
export interface SaddleErrorDetail { code: "refused" | "unknown-lab" | "trap"; message: string; }

/** `<saddle-scope lab="critical-point">`: one live figure with its controls and readouts. */
export interface SaddleScopeElement extends HTMLElement {
  /** The state as a link holds it: `key=value&key=value`, empty in the opening state of the lab. */
  state: string;
  /** The same as an address: `#lab?key=value`, after the page that the attribute `link` names. Set, it is gone to. */
  link: string;
  /** The attribute of that name. */
  lab: string;
  /** The attribute of that name: `auto`, `light` or `dark`. */
  theme: string;
  /** The attribute of that name: `basic` or `more`. */
  level: string;
  /** The attribute of that name: names of controls and parts, with spaces between them. */
  hide: string;
  /** The attribute of that name: so many pixels and no more. */
  height: string;
  /** Back to the state that the attributes describe. */
  reset(): void;
  /** A figure (the first, or the one of this id) as SVG text. */
  toSVG(figure?: string): string;
  /** A figure as a PNG, with so many pixels per CSS pixel. */
  toPNG(figure?: string, scale?: number): Promise<Blob>;
  /** The first figure, with so many pixels per CSS pixel. */
  toPNG(scale: number): Promise<Blob>;
  /** The numbers as comma-separated values. */
  toCSV(): string;
}

declare global {
  interface HTMLElementTagNameMap { "saddle-scope": SaddleScopeElement; }
  interface HTMLElementEventMap {
    "saddle-input": CustomEvent<SaddleInputDetail>;
    "saddle-step": CustomEvent<SaddleStepDetail>;
    "saddle-error": CustomEvent<SaddleErrorDetail>;
  }
}

/** The part of a widget's model that is used, as anywidget and MyST have it. */
export interface WidgetModel {
  get(key: string): unknown;
  set?(key: string, value: unknown): void;
  save_changes?(): void;
  on?(event: string, listener: () => void): void;
  off?(event: string, listener: () => void): void;
}

declare const widget: { render(context: { model: WidgetModel; el: HTMLElement }): Promise<() => void> };
export default widget;
