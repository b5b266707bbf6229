try:
    import no_such_package_anywhere

    class SwallowedClassAgent(no_such_package_anywhere.Agent):
        def perform(self, **kwargs):
            return "never"
except ImportError:
    no_such_package_anywhere = None
