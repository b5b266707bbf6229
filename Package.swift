// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "swarmctl",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "swarmctl", targets: ["swarmctl"]),
    .library(name: "SwarmOps", targets: ["SwarmOps"]),
  ],
  targets: [
    // Everything swarms can do. Silent: it never prints, prompts, exits or reads the environment.
    .target(
      name: "SwarmOps",
      resources: [
        .embedInCode("Host/Python"),
        .embedInCode("Starter/Bundle"),
        .embedInCode("Starter/Template"),
      ]
    ),
    // Everything a person sees: arguments, prompts, tables, exit codes.
    .executableTarget(
      name: "swarmctl", dependencies: ["SwarmOps"]),
    .testTarget(
      name: "SwarmOpsTests", dependencies: ["SwarmOps", "swarmctl"], exclude: ["Fixtures"]),
  ],
  swiftLanguageModes: [.v6]
)
