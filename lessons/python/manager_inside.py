"""A dict in a Manager, and a plain list inside of it."""

from multiprocessing import Manager

if __name__ == "__main__":
    with Manager() as manager:
        guests = manager.dict(monday=["Ada"])
        guests["monday"].append("Alan")
        print("after append:", guests["monday"])
        names = guests["monday"]
        names.append("Alan")
        guests["monday"] = names
        print("after storing it:", guests["monday"])
