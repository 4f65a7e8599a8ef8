/** The version of Saddlescope. */
export const version: string;

/** Resolves when the plain functions can be called; rejects where WebAssembly is refused. */
export const ready: Promise<void>;

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
  /** The same as an address: `#lab?key=value`, after the page that the attribute `link` names. */
  readonly link: string;
  /** Back to the state that the attributes describe. */
  reset(): void;
  /** A figure (the first, or the one of this id) as SVG text. */
  toSVG(figure?: string): string;
  /** A figure as a PNG, with so many pixels per CSS pixel. */
  toPNG(figure?: string, scale?: number): Promise<Blob>;
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
