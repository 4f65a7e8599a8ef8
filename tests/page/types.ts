// Compiled by tests/page/hosting.rs: what the declarations allow, and what they do not.
import widget, { classify, criticalPoints, eigen, gradient, hessian, Optimizer, ready, schedule, value, version } from "./saddlescope.mjs";

await ready;
const kind: string = classify("x^2", [0, 0]).kind;
const places: number[][] = criticalPoints("himmelblau").points.map((point) => [...point.at]);
const numbers: number[] = [value("x^2", [1, 0]), ...gradient("x^2", [1, 0]), ...hessian("x^2", [1, 0]).flat(), ...eigen([[0, 1], [1, 0]]).values];
const adam = new Optimizer("adam", { dialect: "pytorch", rate: 0.1 });
const theta: number[] = adam.step((at) => at, [1, 2], schedule("cosine")(3));
const scope = document.createElement("saddle-scope");
scope.addEventListener("saddle-input", (event) => console.log(event.detail.state.length));
scope.addEventListener("saddle-error", (event) => console.log(event.detail.code === "trap"));
const pictures: Promise<Blob>[] = [scope.toPNG("map", 2), scope.toPNG(3), scope.toPNG()];
scope.hide = "footer";
const away: Promise<() => void> = widget.render({ model: { get: () => "race" }, el: document.body });
console.log(kind, places, numbers, adam.state.t, theta, pictures, away, version);

// @ts-expect-error: no such method
new Optimizer("adamx");
// @ts-expect-error: a loss is no number
adam.step(3, [1, 2]);
// @ts-expect-error: no such event
scope.addEventListener("saddle-input", (event) => event.detail.step);
