# advice: run-instead-of-start
import threading


class Worker(threading.Thread):
    def run(self):
        print(threading.current_thread().name)


Worker().run()
