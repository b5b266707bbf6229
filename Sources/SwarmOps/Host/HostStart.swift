/// How an interpreter is made to run the host.
enum HostStart {
  /// The arguments of an interpreter that runs the host.
  static func arguments(hostFolder: String) -> [String] {
    ["-I", "-S", "-X", "utf8", "-c", startScript, hostFolder]
  }

  /// Starts the host, with bytecode written whole or not at all.
  ///
  /// Python before 3.13 takes a short write of bytecode for a whole one: a full disk or a size limit
  /// would leave a cache that no later run could load.
  ///
  /// Where one of the host's files has been damaged all the same, it is compiled again instead of
  /// failing every run.
  private static let startScript = """
    import sys,_frozen_importlib_external as e
    def w(path,data,mode=0o666,e=e,host=sys.argv[1]):
     o=e._os;t="%s.%d"%(path,id(path));d=o.open(t,o.O_EXCL|o.O_CREAT|o.O_WRONLY,mode&0o666)
     try:
      with e._io.FileIO(d,"wb") as f:
       if f.write(data)!=len(data):raise OSError
       if path.startswith(host):o.fsync(d)
      o.replace(t,path)
     except OSError:
      o.unlink(t)
      raise
    def c(data,name=None,bytecode_path=None,source_path=None,e=e,c=e._compile_bytecode,host=sys.argv[1]):
     try:return c(data,name,bytecode_path,source_path)
     except (EOFError,ImportError,TypeError,ValueError):
      if not bytecode_path.startswith(host):raise
      try:e._os.unlink(bytecode_path)
      except OSError:pass
      with e._io.FileIO(source_path) as f:return compile(f.read(),source_path,"exec",dont_inherit=True)
    e._write_atomic=w;e._compile_bytecode=c;del e,w,c
    sys.path.insert(0,sys.argv[1]);import agent_host;agent_host.main()
    """
}
