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
        .embedInCode("Execution/Host/agent_child.py"),
        .embedInCode("Execution/Host/agent_copy.py"),
        .embedInCode("Execution/Host/agent_environment.py"),
        .embedInCode("Execution/Host/agent_failures.py"),
        .embedInCode("Execution/Host/agent_host.py"),
        .embedInCode("Execution/Host/agent_listing.py"),
        .embedInCode("Execution/Host/agent_loading.py"),
        .embedInCode("Execution/Host/agent_modules.py"),
        .embedInCode("Execution/Host/agent_outcomes.py"),
        .embedInCode("Execution/Host/agent_results.py"),
        .embedInCode("Execution/Host/agent_serving.py"),
        .embedInCode("Execution/Host/agent_sources.py"),
        .embedInCode("Execution/Host/agent_spawned.py"),
        .embedInCode("Execution/Host/agent_storage.py"),
        .embedInCode("Starter/manifest.json"),
        .embedInCode("Starter/soul.md"),
        .embedInCode("Starter/save_memory_agent.py"),
        .embedInCode("Starter/recall_memory_agent.py"),
      ]
    ),
    // Everything a person sees: arguments, prompts, tables, exit codes.
    .executableTarget(
      name: "swarmctl", dependencies: ["SwarmOps"],
      linkerSettings: [
        // One file that needs nothing of the system: it starts in half the time, because nothing is
        // left to link at start, and runs where no C++ library is installed.
        .unsafeFlags(
          ["-static-executable", "-use-ld=lld"],
          .when(platforms: [.linux], configuration: .release))
      ]),
    .testTarget(
      name: "SwarmOpsTests", dependencies: ["SwarmOps", "swarmctl"], exclude: ["Fixtures"]),
  ],
  swiftLanguageModes: [.v6]
)
