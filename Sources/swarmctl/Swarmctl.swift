@main
enum Swarmctl {
  static func main() {}
}
