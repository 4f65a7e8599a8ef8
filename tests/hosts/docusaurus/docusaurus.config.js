module.exports = {
  title: "Notes",
  url: "http://localhost",
  baseUrl: "/",
  scripts: ["/saddlescope.js"],
  presets: [["classic", { docs: { routeBasePath: "/" }, blog: false, pages: false }]],
  themeConfig: { colorMode: { respectPrefersColorScheme: true } },
};
